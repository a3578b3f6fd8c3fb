"""The picklists as the organisation uses them today; a migration loads them."""

from typing import Any

AREAS = (
    "Accounting & Finance",
    "Advertising",
    "Bookkeeping",
    "Branding",
    "Budgeting",
    "Business Plan",
    "Business Structure",
    "Cash Flow",
    "Communications Tech",
    "Contracts",
    "Customer Service",
    "Cybersecurity",
    "Digital Marketing",
    "Disaster Prep & Recovery",
    "Ecommerce",
    "Financial Literacy",
    "Franchising",
    "Funding/Loans",
    "Government Contracting",
    "Government Regulations",
    "Hardware & Equipment",
    "Human Resources",
    "Import & Export",
    "Intellectual Property",
    "Legal",
    "Management & Operations",
    "Marketing",
    "Marketing Strategy",
    "PR/Media",
    "Pricing",
    "Product Development",
    "Sales",
    "Social Media",
    "Software & Applications",
    "Strategy Development",
    "Supply Chain Management",
    "Tax Planning",
    "Technology",
    "Websites",
    "Work/Life Balance",
)

BUSINESS_TYPES = (
    "Accounting & Tax Services",
    "Advertising, Design, & Marketing",
    "Agriculture",
    "Animal & Veterinary Services",
    "Architecture, Engineering, & Related Services",
    "Arts, Entertainment & Recreation",
    "Auto Repair & Mechanic",
    "Beauty, Cosmetics & Salon Services",
    "Business Consulting & Coaching",
    "Childcare",
    "Commercial & Residential Services",
    "Construction",
    "Counseling & Therapy",
    "Distribution & Transportation of Goods",
    "Education",
    "Farming & Livestock",
    "Fine Arts, Artisan, & Craft Work",
    "Fishing & Hunting",
    "Food & Beverage",
    "Forestry",
    "Funeral & Death Care Services",
    "Information Technology",
    "Manufacturing",
    "Media & Publishing",
    "Mining, Quarry, & Utilities",
    "Nonprofit",
    "Personal Care Services",
    "Photography & Video Services",
    "Professional Services",
    "Public Relations & Communications",
    "Real Estate",
    "Recruiting & Staffing",
    "Rental & Leasing",
    "Restaurant & Bar",
    "Retail",
    "Social Assistance & Family Services",
    "Transportation",
    "Travel, Hospitality, & Tourism",
    "Warehousing",
    "Waste Management & Disposal",
    "Website Development",
    "Wellness, Healthcare, & Home Health",
    "Wholesale",
)

LANGUAGES = (
    "English",
    "Spanish",
    "American Sign Language",
    "Arabic",
    "Cantonese",
    "French",
    "German",
    "Haitian Creole",
    "Hindi",
    "Italian",
    "Japanese",
    "Korean",
    "Mandarin",
    "Polish",
    "Portuguese",
    "Russian",
    "Tagalog",
    "Urdu",
    "Vietnamese",
)
"""English first: what a form starts with. No table: nothing depends on one of them."""


def load(area_model: Any = None, business_type_model: Any = None) -> None:
    """Add the picklist rows that are missing; leaves what is there. For migrations and tests."""
    from mentors import models

    _add(area_model or models.MentoringArea, AREAS)
    _add(business_type_model or models.BusinessType, BUSINESS_TYPES)


def _add(model: Any, names: tuple[str, ...]) -> None:
    model.objects.bulk_create([model(name=name) for name in names], ignore_conflicts=True)
